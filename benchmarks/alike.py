"""Prints how many texts a second are compared for near-duplicates, the peak memory, and the recall on a sample.

    python benchmarks/alike.py [TEXTS] [SAMPLE]

The texts are pledges put together from phrases; some are copies of others with characters changed, left out or put in. The recall
is measured on SAMPLE of them compared each with all: of the pairs of near-duplicates, how many are in one cluster.
"""

import resource
import sys
import time
from random import Random

import numpy as np
from rapidfuzz import fuzz, process

from pledgebatch.rules.language.near_duplicates import clusters

LEAST = 0.85
WHEN = [
    "月底前",
    "每周一",
    "每周五下午",
    "每学期开学后",
    "寒假期间",
    "暑假里",
    "每月第一周",
    "期中考试前",
    "年底前",
    "每天早晨",
    "值班时",
    "门诊结束后",
    "周末",
    "学期末",
    "汛期到来前",
]
WHO = ["为低年级学生", "同青年教师", "与住校生家长", "给门诊病人", "为离退休老同志", "和帮扶对象", "向社区居民", "为新入职护士", "替留守儿童", "同备课组成员", "为残疾儿童家庭", "给食堂职工", "与毕业班学生", "向来访群众", "为体检群众", "同校车司机", "给图书室读者", "与宿舍管理员"]  # fmt: skip
WHAT = ["讲解安全用电知识", "检查作业批改质量", "整理健康档案", "辅导应用题", "修缮课桌椅", "开放实验室", "测量血压血糖", "编写校本练习", "清理消防通道", "试讲公开课", "补种校园花木", "调整候诊座椅", "公布收费明细", "答疑解惑", "听评常态课", "组织朗读比赛", "校对处方用药", "核对疫苗台账", "回访出院病人", "更换护眼灯管", "采购课外读物", "演练紧急疏散", "排查漏水管道", "录制微型课例", "记录成长故事", "张贴就诊路线"]  # fmt: skip
HOW = ["并逐人登记", "做好书面记录", "请家长签字确认", "由支部书记抽查", "结果张榜公布", "发现问题当天处理", "写成小结存档", "邀请代表监督", "接受电话回访", "缺一次补一次", "两天内给出答复", "与同事轮流负责", "按班级列出清单", "拍照留存备查", "听取意见后改进"]  # fmt: skip
CHARACTERS = "学校师生家长医护病人老小书本课堂安全健康服务清洁检查辅导帮助记录时间地点"


def make(count: int) -> list[str]:
    """``count`` different texts: one in five is another with one to five characters changed."""
    random = Random(7)
    texts: dict[str, None] = {}
    kept: list[str] = []
    while len(texts) < count:
        if kept and random.random() < 0.2:
            text = edited(random.choice(kept), random)
        else:
            first, second = random.sample(WHAT, 2)
            text = "".join(map(random.choice, (WHEN, WHO))) + first + random.choice(HOW)
            text += random.choice(WHEN) + second + "".join(random.choices(CHARACTERS, k=random.randint(2, 8)))
        if text not in texts:
            texts[text] = None
            kept.append(text)
    return kept


def edited(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 5)):
        place = random.randrange(len(text))
        text = text[:place] + random.choice(["", random.choice(CHARACTERS)]) + text[place + random.randint(0, 1) :]
    return text


def recall(texts: list[str], found: dict[str, int], sample: list[str]) -> tuple[int, int]:
    """Pairs of near-duplicates of the sample, and how many of them stand in one cluster."""
    pairs = together = 0
    for start in range(0, len(sample), 50):
        part = sample[start : start + 50]
        ratios = process.cdist(part, texts, scorer=fuzz.ratio, score_cutoff=LEAST * 100, dtype=np.uint8, workers=-1)
        for one, other in zip(*np.nonzero(ratios), strict=True):
            if part[one] != texts[other]:
                pairs += 1
                together += found.get(part[one], -1) == found.get(texts[other], -2)
    return pairs, together


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    texts = make(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, worked = time.perf_counter(), time.process_time()
    found = clusters(texts, LEAST)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs, together = recall(texts, found, Random(1).sample(texts, size))
    print(
        f"{count:,} texts of {sum(map(len, texts)) / count:.0f} characters in {seconds:.1f} s: {count / seconds:,.0f} a second"
    )
    print(f"processor time {worked:.1f} s, on all cores together")
    print(f"peak memory {peak / 2**20:.2f} GB, of which {before / 2**20:.2f} GB for the texts")
    print(f"{len(found):,} texts in {len(set(found.values())):,} clusters")
    print(f"recall {together / max(pairs, 1):.4f} ({together:,} of {pairs:,} pairs of a sample of {size})")


if __name__ == "__main__":
    main()
