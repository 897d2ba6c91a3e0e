"""What was typed stands in full in the finding's value; messages quote it short."""

from pledgebatch.rules.machinery.cells import LONGEST_QUOTE, with_short_quotes


def test_long_quotes_are_cut_and_all_else_stays():
    typed = "每周开放实验室" * 300
    message = with_short_quotes(f"表头“{typed}”当作“姓名”读入，{'请改回' * 30}")
    assert len(message) < LONGEST_QUOTE + 150
    assert message.startswith("表头“每周开放实验室")
    assert message.endswith(f"…”当作“姓名”读入，{'请改回' * 30}")


def test_each_of_several_quotes_is_cut():
    assert len(with_short_quotes("、".join(f"“{'长' * 1000}”" for _ in range(3)))) < 3 * (LONGEST_QUOTE + 4)
