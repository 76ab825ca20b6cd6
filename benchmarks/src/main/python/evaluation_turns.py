"""Documents per second of an evaluation, in turns with lm-evaluation-harness: transformers and torch in this process, on
the same processors. Each turn takes documents that no turn before it had, since this suite asks nothing twice; both sides
read the same definitions and documents, and their metrics are compared.

The harness's model is loaded and its documents are read before its clock starts, and it draws no bootstrap unless asked to; the
suite's clock runs from the request to the finished evaluation, with all of that. Both evaluate a warm-up first.

usage: evaluation_turns.py prepare FOLDER DATA [--turns 3] [--documents 500]
           FOLDER gets definitions and documents of lambada_openai and piqa for so many turns, and all others to warm up on;
           DATA has lambada_openai/lambada_test.jsonl and piqa/piqa_validation_hf.jsonl; documents with choices of
           more than 250 bytes are left out
       evaluation_turns.py batches FOLDER MODEL [SIZE...]
           documents/s of the harness for each batch size, on the documents of the first turn
       evaluation_turns.py run FOLDER MODEL BASE_URL [--batch 1] [--bootstrap 0] [--name stories] [--processes PID...]
           the suite at BASE_URL was started with FOLDER as its folder of tasks; MODEL is what it serves, a Hugging Face directory;
           of processes, those of the suite, the CPU time is counted beside the harness's own: it tells more where others
           use the machine too

Needs lm_eval[hf] 0.4.13.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time
import urllib.request

SOURCES = {"lambada_openai": "lambada_openai/lambada_test.jsonl", "piqa": "piqa/piqa_validation_hf.jsonl"}
DEFINITIONS = {
    "lambada_openai": """output_type: loglikelihood
doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
doc_to_target: "{{' '+text.split(' ')[-1]}}"
metric_list:
  - metric: perplexity
    aggregation: perplexity
    higher_is_better: false
  - metric: acc
    aggregation: mean
    higher_is_better: true
""",
    "piqa": """output_type: multiple_choice
doc_to_text: "Question: {{goal}}\\nAnswer:"
doc_to_target: label
doc_to_choice: "{{[sol1, sol2]}}"
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
  - metric: acc_norm
    aggregation: mean
    higher_is_better: true
""",
}
ENDED = {"finished", "failed", "cancelled"}
LONGEST_CHOICE = 250
WARM_UP = "warm"


def prepare(folder, data, turns, documents):
    folder.mkdir(parents=True, exist_ok=True)
    for task, source in SOURCES.items():
        lines = [line for line in (data / source).read_text(encoding="utf-8").splitlines() if readable(json.loads(line))]
        if len(lines) <= turns * documents:
            sys.exit(f"{task} has {len(lines)} documents, more than {turns * documents} are needed")
        parts = {str(turn): lines[turn * documents : (turn + 1) * documents] for turn in range(turns)}
        parts[WARM_UP] = lines[turns * documents :]
        for turn, chosen in parts.items():
            name = f"{task}_{turn}"
            (folder / f"{name}.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
            (folder / f"{name}.yaml").write_text(
                f"task: {name}\ndataset_path: json\ndataset_kwargs:\n  data_files:\n    test: {name}.jsonl\n"
                f"test_split: test\n{DEFINITIONS[task]}metadata:\n  version: 1.0\n",
                encoding="utf-8",
            )


def readable(document):
    """The harness fails where a choice has more tokens than the model reads, 256 for stories; a token has a byte or more."""
    return all(len(document.get(choice, "").encode()) <= LONGEST_CHOICE for choice in ("sol1", "sol2"))


def turns_of(folder):
    return sorted(int(file.stem.removeprefix("piqa_")) for file in folder.glob("piqa_[0-9]*.yaml"))


def names(turn):
    return [f"{task}_{turn}" for task in SOURCES]


class Harness:
    def __init__(self, folder, model, batch, bootstrap=0):
        os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        os.chdir(folder)  # the harness seeks documents from where it runs
        import lm_eval
        from lm_eval.models.huggingface import HFLM
        from lm_eval.tasks import TaskManager, get_task_dict

        self.lm_eval, self.bootstrap = lm_eval, bootstrap
        self.model = HFLM(pretrained=str(model), dtype="float32", device="cpu", batch_size=batch)
        manager = TaskManager(include_path=str(folder), include_defaults=False)
        self.tasks = {turn: get_task_dict(names(turn), manager) for turn in [WARM_UP, *turns_of(folder)]}

    def evaluate(self, turn):
        """Seconds, documents, and the metrics of each task."""
        start = time.perf_counter()
        result = self.lm_eval.evaluate(self.model, self.tasks[turn], bootstrap_iters=self.bootstrap, log_samples=False)
        seconds = time.perf_counter() - start
        documents = sum(size["effective"] for size in result["n-samples"].values())
        metrics = {
            task: {key.removesuffix(",none"): value for key, value in figures.items() if key.endswith(",none")}
            for task, figures in result["results"].items()
        }
        return seconds, documents, metrics


class Suite:
    def __init__(self, base, name):
        self.base, self.name = base.rstrip("/"), name

    def evaluate(self, turn):
        start = time.perf_counter()
        evaluation = self.call("/v1/evaluations", {"model": self.name, "tasks": names(turn)})
        evaluation = self.ended("/v1/evaluations/" + evaluation["name"])
        seconds = time.perf_counter() - start
        if evaluation["state"] != "finished":
            sys.exit(f"the suite's evaluation {evaluation['state']}: {evaluation.get('reason')}")
        if evaluation["reused"]:
            sys.exit(f"{evaluation['reused']} requests had been answered before: start the suite with an empty home")
        metrics = {
            result["task"]: {metric["name"]: metric["value"] for metric in result["metrics"]}
            for result in evaluation["results"]
        }
        return seconds, evaluation["documents"], metrics

    def ended(self, address):
        """The last of its events; polling would take from the processors what is measured."""
        with urllib.request.urlopen(self.base + address + "/events", timeout=600) as events:
            for line in events:
                if line.startswith(b"data:"):
                    evaluation = json.loads(line.removeprefix(b"data:"))
                    if evaluation["state"] in ENDED:
                        return self.call(address)
        sys.exit("the events of " + address + " ended before it did")

    def call(self, path, body=None):
        request = urllib.request.Request(
            self.base + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def compare(theirs, ours):
    for task, figures in ours.items():
        for name, value in figures.items():
            expected = theirs[task][name]
            if abs(value - expected) > 1e-3 * abs(expected):
                sys.exit(f"{name} of {task}: {value}, the harness has {expected}")


def batches(folder, model, sizes):
    for size in sizes:
        harness = Harness(folder, model, size)
        seconds, documents, _ = harness.evaluate(turns_of(folder)[0])
        print(f"batch size {size}: {documents / seconds:.1f} documents/s", flush=True)


def cpu_seconds(processes):
    """What Linux has counted of them, with all their threads."""
    ticks = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(folder, model, base, batch, bootstrap, name, processes):
    harness = Harness(folder, model, batch, bootstrap)
    sides = {"harness": (harness, [os.getpid()]), "suite": (Suite(base, name), processes)}
    rates = {side: [] for side in sides}
    for turn in [WARM_UP, *turns_of(folder)]:
        metrics, told = {}, []
        for side, (evaluator, of) in sides.items():
            before = cpu_seconds(of)
            seconds, documents, metrics[side] = evaluator.evaluate(turn)
            spent = cpu_seconds(of) - before
            if turn != WARM_UP:
                rates[side].append(documents / seconds)
            told.append(f"{side} {documents / seconds:.1f} documents/s, {1000 * spent / documents:.1f} ms of CPU each")
        compare(metrics["harness"], metrics["suite"])
        print(f"turn {turn}: {'; '.join(told)}", flush=True)
    theirs, ours = (statistics.median(rates[side]) for side in ("harness", "suite"))
    print(f"medians: harness {theirs:.1f}, suite {ours:.1f} documents/s: {ours / theirs:.2f} times; metrics equal")


def path(text):
    return pathlib.Path(text).resolve()


def main():
    commands = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parsers = commands.add_subparsers(dest="command", required=True)
    preparing, trying, running = (parsers.add_parser(name) for name in ("prepare", "batches", "run"))
    for parser in (preparing, trying, running):
        parser.add_argument("folder", type=path)
    preparing.add_argument("data", type=path)
    preparing.add_argument("--turns", type=int, default=3)
    preparing.add_argument("--documents", type=int, default=500)
    trying.add_argument("model", type=path)
    trying.add_argument("sizes", type=int, nargs="*", default=[1, 8, 32, 64])
    running.add_argument("model", type=path)
    running.add_argument("base")
    running.add_argument("--batch", type=int, default=1)
    running.add_argument("--bootstrap", type=int, default=0)
    running.add_argument("--name", default="stories")
    running.add_argument("--processes", type=int, nargs="*", default=[])
    given = vars(commands.parse_args())
    {"prepare": prepare, "batches": batches, "run": run}[given.pop("command")](**given)


if __name__ == "__main__":
    main()
