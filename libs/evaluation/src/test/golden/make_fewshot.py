"""What lm_eval 0.4.13 asks for few-shot definitions, for FewShotParityTest; run in a folder with the excerpts:

python make_fewshot.py FEWSHOT_YAMLS OUT
"""

import glob
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"

import lm_eval
from lm_eval.tasks import TaskManager

DOCUMENTS = 12
definitions, out = sys.argv[1:]
manager = TaskManager(include_path=definitions, include_defaults=False)
result = {"lm_eval": lm_eval.__version__, "tasks": {}}
for path in sorted(glob.glob(definitions + "/*.yaml")):
    name = os.path.basename(path)[: -len(".yaml")]
    loaded = manager.load([name]) if hasattr(manager, "load") else manager.load_task_or_group([name])
    task = loaded["tasks"][name] if "tasks" in loaded else loaded[name]
    task.set_fewshot_seed(1234)
    task.build_all_requests(limit=DOCUMENTS)
    documents = [[] for _ in range(DOCUMENTS)]
    for instance in task.instances:
        documents[instance.doc_id].append(list(instance.args))
    result["tasks"][name] = documents
with open(out, "w", encoding="ascii") as file:
    json.dump(result, file, indent=0)
    file.write("\n")
