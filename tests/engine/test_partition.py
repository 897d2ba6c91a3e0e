"""What belongs to many owners is divided the same way every time, and what is known of some is not worked on again."""

from pledgebatch.engine.cache import Cache, making
from pledgebatch.engine.dataset import Source
from pledgebatch.engine.partition import break_up, make_partition, plan, write_units


def test_the_parts_are_the_same_whoever_owns_something(monkeypatch):
    monkeypatch.setattr("pledgebatch.engine.partition.SIZE", 2)
    owned = {code: [number] for number, code in enumerate("EDCBA")}
    assert make_partition("ABCDE", owned) == [
        {"A": [4], "B": [3]},
        {"C": [2], "D": [1]},
        {"E": [0]},
    ]
    assert make_partition("ABCDE", {"X": [0], "C": [1], "": [2], "A": [4, 3]}) == [
        {"A": [3, 4]},
        {"C": [1]},
        {"": [2], "X": [0]},
    ]


def work(cache, owned, digests):
    """The owners of which something was made now, and the sources of the one part."""
    ((part, task),) = plan([owned], digests, cache)
    if task:
        with making(task.place) as folder:
            write_units(task.units, folder)
    cache.save()
    return sorted(owner for owner, _ in task.units.values()) if task else [], part.sources


def test_what_was_made_before_is_taken_up_under_the_numbers_of_now(tmp_path):
    first, _ = work(Cache(tmp_path), {"A": [0], "B": [1, 2]}, {"A": "a", "B": "b"})
    again, _ = work(Cache(tmp_path), {"A": [5], "B": [6, 7]}, {"A": "a", "B": "b"})
    changed, sources = work(Cache(tmp_path), {"A": [2], "B": [0, 1]}, {"A": "a2", "B": "b"})
    assert (first, again, changed) == (["A", "B"], [], ["A"])
    assert [(source.numbers, source.organisations) for source in sources] == [
        ({1: 0, 2: 1}, frozenset("B")),
        ({0: 2}, None),
    ]


def test_what_was_not_said_to_stand_by_itself_is_made_again(tmp_path):
    cache = Cache(tmp_path)
    ((_, task),) = plan([{"A": [0]}], {"A": "a"}, cache)
    with making(task.place) as folder:
        (folder / "something").write_text("made")
    cache.save()
    assert work(Cache(tmp_path), {"A": [0]}, {"A": "a"})[0] == ["A"]


def test_a_task_is_broken_up_into_owners(tmp_path, monkeypatch):
    monkeypatch.setattr("pledgebatch.engine.partition.PIECES", 2)
    cache = Cache(tmp_path)
    ((_, task),) = plan([{"A": [3], "B": [1, 4], "C": [0]}], {"A": "a", "B": "b", "C": "c"}, cache)
    smaller = break_up(task, cache)
    assert [each.numbers for each in smaller] == [[1, 3, 4], [0]]
    assert smaller[1].source == Source(smaller[1].place, {0: 0})
