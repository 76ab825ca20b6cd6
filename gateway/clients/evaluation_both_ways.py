"""The same documents by lm-evaluation-harness, unchanged, with its `local-completions` model against the gateway, and by the
suite's own evaluation: all metrics and standard errors must be the same."""

import json
import pathlib
import sys
import tempfile
import time
import urllib.request

import lm_eval
from lm_eval.tasks import TaskManager

base = sys.argv[1].rstrip("/")
excerpts = pathlib.Path(__file__).resolve().parents[2] / "libs/evaluation/src/main/resources/io/meshtransformer/evaluation/excerpts"

# As lm-evaluation-harness defines them, but for where the documents are.
TASKS = {
    "lambada_openai": """
output_type: loglikelihood
doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
doc_to_target: "{{' '+text.split(' ')[-1]}}"
metric_list:
  - {metric: perplexity, aggregation: perplexity, higher_is_better: false}
  - {metric: acc, aggregation: mean, higher_is_better: true}
""",
    "piqa": """
output_type: multiple_choice
doc_to_text: "Question: {{goal}}\\nAnswer:"
doc_to_target: label
doc_to_choice: "{{[sol1, sol2]}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
""",
}
ENDED = {"finished", "failed", "cancelled"}
# Of log-probabilities that are added in another order, and rounded to be sent as JSON.
RELATIVE = 1e-3


def harness():
    with tempfile.TemporaryDirectory() as folder:
        for task, definition in TASKS.items():
            documents = excerpts / f"{task}.jsonl"
            pathlib.Path(folder, f"{task}.yaml").write_text(
                f"task: {task}\ndataset_path: json\ndataset_kwargs:\n  data_files:\n    test: {documents}\n"
                f"test_split: test\n{definition}metadata:\n  version: 1.0\n", encoding="utf-8")
        result = lm_eval.simple_evaluate(
            model="local-completions",
            model_args=f"base_url={base}/v1/completions,model=stories,max_length=256,tokenizer_backend=remote,num_concurrent=4,batch_size=4",
            tasks=list(TASKS), task_manager=TaskManager(include_path=folder, include_defaults=False))
    metrics = {}
    for task, figures in result["results"].items():
        for key, value in figures.items():
            name, _, which = key.partition(",")
            if which == "none":
                metric, error = (name.removesuffix("_stderr"), 1) if name.endswith("_stderr") else (name, 0)
                metrics.setdefault((task, metric), [None, None])[error] = value
    return metrics


def call(path, body=None):
    request = urllib.request.Request(
        base + path, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def suite():
    evaluation = call("/v1/evaluations", {"model": "stories", "tasks": list(TASKS)})
    address = "/v1/evaluations/" + evaluation["name"]
    while evaluation["state"] not in ENDED:
        time.sleep(0.2)
        evaluation = call(address)
    if evaluation["state"] != "finished":
        sys.exit(f"the suite's evaluation {evaluation['state']}: {evaluation.get('reason')}")
    if not all(result["excerpt"] for result in evaluation["results"]):
        sys.exit("the suite was started with a folder of tasks' documents: it evaluates other documents than the excerpts")
    return {
        (result["task"], metric["name"]): [metric["value"], metric["standard_error"]]
        for result in evaluation["results"] for metric in result["metrics"]}


theirs, ours = harness(), suite()
if theirs.keys() != ours.keys():
    sys.exit(f"lm-evaluation-harness has {sorted(theirs)}, the suite has {sorted(ours)}")
differing = False
for (task, metric), (value, error) in theirs.items():
    our_value, our_error = ours[task, metric]
    same = abs(our_value - value) <= RELATIVE * abs(value) and abs(our_error - error) <= RELATIVE * abs(error)
    differing |= not same
    print(f"{task} {metric}: lm-evaluation-harness {lm_eval.__version__} {value:.10g} +- {error:.10g}, "
          f"the suite {our_value:.10g} +- {our_error:.10g}{'' if same else ': NOT THE SAME'}")
sys.exit(differing)
