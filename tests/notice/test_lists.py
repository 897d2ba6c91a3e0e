from pledgebatch.notice.lists import aliases, vocabulary


def test_lists_are_complete_and_without_repeats():
    for name, size in {
        "ethnic_groups": 56,
        "education_levels": 8,
        "five_goods": 5,
        "five_leads": 5,
        "virtues": 10,
        "directions": 15,
    }.items():
        assert len(vocabulary(name)) == len(set(vocabulary(name))) == size


def test_directions_differ_by_category():
    assert "质量管理" in vocabulary("directions", "公办学校")
    assert "质量管理" not in vocabulary("directions", "民办学校")


def test_aliases_lead_to_values_of_the_list():
    assert aliases("ethnic_groups")["汉"] == "汉族"
    assert aliases("education_levels")["本科"] == "大学本科"
    for name in ("ethnic_groups", "education_levels"):
        assert set(aliases(name).values()) <= set(vocabulary(name))
