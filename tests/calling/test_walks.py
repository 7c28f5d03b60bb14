from collections import Counter
from pathlib import Path
from walks import walk_batch

def test_walks(chromium, tmp_path):
    import time
    all_differences, counts = [], Counter()
    for number in range(2):
        folder = tmp_path / str(number); folder.mkdir()
        t=time.process_time(); w=time.time()
        d, c = walk_batch(chromium, folder, number)
        print(number, time.process_time()-t, time.time()-w, len(d))
        all_differences += d; counts += c
    for k, v in sorted(counts.items()): print(v, k)
    walks = {}
    for d in all_differences: walks.setdefault(d.walk, d)
    for d in walks.values(): print(d)
    print(len(walks))
    assert not all_differences
