"""Builds the manual: build.py PERCUTA_COMMAND OUT. Makes its reference from what the command says of itself."""

import csv
import importlib.util
import inspect
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]

def comments_of(header):
    """Names and comments of a header, as bindings/python/docstrings.py finds them."""
    spec = importlib.util.spec_from_file_location("docstrings", SOURCE / "bindings/python/docstrings.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.comments(header.read_text(encoding="utf-8")))


EXIT_CODES = (
    (0, "done"), (1, "a bug of ours"), (2, "the command line is wrong"), (3, "bad input: file, key, value and what is allowed"),
    (4, "a solve gave up: the last good state and what to try"), (5, "a file or folder cannot be read or written"),
    (6, "outside a model's range, with --strict"), (130, "interrupted"))


def cell(text):
    """Text in a cell of a table."""
    return str(text).replace("|", "\\|").replace("\n", " ") or " "


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows]) + "\n"


def anchor(path):
    return path.replace("_", "-").replace(".", "-")


class Reference:
    """Pages made from the declarations of the command."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder
        folder.mkdir(parents=True, exist_ok=True)

    def ask(self, *arguments):
        return subprocess.run([self.command, *arguments], check=True, capture_output=True, text=True).stdout

    def page(self, name, title, text):
        (self.folder / f"{name}.md").write_text(f"# {title}\n\n{text}", encoding="utf-8")

    def keys(self):
        groups = {}
        for key in json.loads(self.ask("template", "--json")):
            groups.setdefault(key["path"].rpartition(".")[0] or "of the case", []).append(key)
        text = ("Keys of a case file. Quantities are texts with their unit, `\"1.5 mm\"`; a key without a default must be given, by the "
                "case or by the catalogue entry that it names. `percuta explain KEY` says the same on a terminal.\n")
        for group, keys in groups.items():
            text += f"\n## {group}\n\n"
            if group.startswith("skin.layers.") and "## skin.layers." in text.rpartition("\n## ")[0]:
                text += "As of the layer above: " + ", ".join(f"`{k['path']}`" for k in keys) + ".\n"
                continue
            text += table(("key", "what it is", "allowed", "default", "source"),
                          ((f"`{k['path'].rpartition('.')[2]}`", k["sentence"] + (f" (read by {k['only']} alone)" if k["only"] else ""),
                            k["allowed"], f"`{k['default']}`" if k["default"] else "none", k["source"]) for k in keys))
        self.page("keys", "Keys", text)

    def outputs(self):
        text = "What results hold: in summary.json by path, in results.h5 as datasets with `units` and `long_name`.\n"
        for of in ("run", "insert", "deliver"):
            groups = {}
            for output in json.loads(self.ask("outputs", "--of", of, "--json")):
                if of == "deliver" and not output["path"].startswith(("delivery.", "cost.delivery_")):
                    continue  # of run too
                groups.setdefault(output["path"].partition(".")[0], []).append(output)
            for group, outputs in groups.items():
                text += f"\n## percuta {of}: {group}\n\n"
                text += table(("output", "form", "unit", "what it is"),
                              ((f"`{o['path']}`", o["form"] + (" over " + ", ".join(o["axes"]) if o["axes"] else ""), o["unit"],
                                o["sentence"] + (f"; where {o['where']}" if o["where"] else "")) for o in outputs))
        self.page("outputs", "Outputs", text)

    def models(self):
        models = json.loads(self.ask("list", "models", "--json"))
        text = "Each part of a result names the model that made it; a report repeats the limits of those it used.\n"
        for m in models:
            text += f"\n## {m['name']} ({m['family']})\n\n{m['title']}.\n\nValid for {m['valid']}.\n\n"
            text += "".join(f"- {limit}\n" for limit in m["limits"])
            if m["sources"]:
                text += "\nSources: " + ", ".join(m["sources"]) + ".\n"
        self.page("models", "Models", text)

    def claims(self):
        text = ("What is often said of derma rolling, and what the literature has on it. `percuta claims CASE`, the report of `percuta run` and "
                "`percuta.claims(result)` answer each from the run as well, where its outputs bear on it.\n\n")
        for c in json.loads(self.ask("list", "claims", "--json")):
            text += f"## {c['statement']}\n\nBy the run: {'computed' if c['computed'] else 'the model does not cover this'}. "
            text += f"Evidence: **{c['evidence_answer']}** ({c['evidence_class']}). {c['evidence']}"
            text += (" Sources: " + ", ".join(c["sources"]) + ".\n\n") if c["sources"] else "\n\n"
        self.page("claims", "Common statements", text)

    def rules(self):
        rules = json.loads(self.ask("list", "rules", "--json"))
        text = ("What speaks against needling. BLOCK stops `percuta run` unless `protocol.override` names the rule; WARN and INFO are said. They "
                "come from labels, reviews and lists of clinics, and replace no doctor.\n")
        for head, condition in (("Conditions of a person", True), ("Protocol, age and skin", False)):
            text += f"\n## {head}\n\n" + table(("rule", "level", "why", "source", "evidence"),
                                               ((f"`{r['name']}`", r["level"], r["message"], r["source"], r["evidence"])
                                                for r in rules if r["condition"] == condition))
        self.page("rules", "Safety rules", text)

    def commands(self):
        text = "```text\n" + self.ask("--help") + "```\n"
        verbs = re.findall(r"^  ([a-z]+) +\S", self.ask("--help").partition("Subcommands:")[2], re.M)
        for verb in verbs:
            text += f"\n## percuta {verb}\n\n```text\n{self.ask(verb, '--help')}```\n"
        text += "\n## Exit codes\n\n" + table(("code", "what it says"), EXIT_CODES)
        self.page("command", "Command line", text)

    def headers(self):
        text = "Public headers by module; a program includes `percuta/<module>/<header>.h` and links `percuta::percuta`.\n"
        for module in sorted(p for p in (SOURCE / "include/percuta").iterdir() if p.is_dir()):
            text += f"\n## {module.name}\n"
            for header in sorted(module.glob("*.h")):
                found = comments_of(header)
                if found:
                    text += f"\n### percuta/{module.name}/{header.name}\n\n"
                    text += table(("name", "what it is"), ((f"`{name}`", comment) for name, comment in found))
        self.page("cpp", "C++ headers", text)

    def python(self):
        import percuta

        text = f"```text\n{inspect.cleandoc(percuta.__doc__)}\n```\n"
        named = [("percuta", percuta, percuta._PUBLIC)]
        for name in percuta._MODULES:
            module = getattr(percuta, name)
            named.append((f"percuta.{name}", module, [n for n in vars(module) if not n.startswith("_")]))
        for module, of, names in named:
            for name in names:
                item = getattr(of, name)
                if inspect.isclass(item):
                    text += f"\n## {module}.{name}\n\n```text\n{inspect.cleandoc(item.__doc__ or '')}\n```\n"
                    for method, function in vars(item).items():
                        if not method.startswith("_") and function.__doc__:
                            text += f"\n### {name}.{method}\n\n```text\n{inspect.cleandoc(function.__doc__)}\n```\n"
                elif callable(item):
                    text += f"\n## {module}.{name}\n\n```text\n{name}{inspect.signature(item)}\n\n{inspect.cleandoc(item.__doc__ or '')}\n```\n"
        self.page("python", "Python", text)

    def evidence(self):
        text = "Our own figures, each with the command that remakes it.\n"
        for file in sorted((SOURCE / "data/evidence").glob("*.csv")):
            lines = file.read_text(encoding="utf-8").splitlines()
            heads = [line.lstrip("# ") for line in lines if line.startswith("#")]
            rows = list(csv.reader(line for line in lines if not line.startswith("#")))
            text += f"\n## {file.stem}\n\n" + " ".join(heads) + "\n\n"
            text += table(rows[0], rows[1:40])
            if len(rows) > 40:
                text += f"\n{len(rows) - 40} rows more in data/evidence/{file.name}.\n"
        self.page("evidence", "Figures of our own", text)

    def cards(self):
        for card in sorted((SOURCE / "lib").glob("*/README.md")):
            (self.folder / f"card-{card.parent.name}.md").write_text(card.read_text(encoding="utf-8"), encoding="utf-8")

    def all(self):
        for make in (self.keys, self.outputs, self.models, self.claims, self.rules, self.commands, self.headers, self.python, self.evidence, self.cards):
            make()


def main(command, out):
    out = pathlib.Path(out).resolve()
    pages = out / "source"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(HERE, pages, ignore=shutil.ignore_patterns("__pycache__"))
    command = str(pathlib.Path(command).resolve())
    Reference(command, pages / "reference").all()
    # Notebooks call the command that the manual is of.
    environment = dict(os.environ, PATH=f"{pathlib.Path(command).parent}:{os.environ['PATH']}",
                       PERCUTA_DATA=os.environ.get("PERCUTA_DATA", str(SOURCE / "data")))
    subprocess.run([sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(out / "doctrees"),
                    str(pages), str(out / "html")], check=True, env=environment)
    print(f"open {out / 'html' / 'index.html'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
