"""Writes the /// comments of C++ headers as constants: docstrings.py OUT HEADER..."""

import re
import sys


def comments(text):
    """Yields (name, comment) of every documented struct, member and function."""
    pending = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("///") and not stripped.startswith("///<"):
            pending.append(stripped[3:].strip())
            continue
        if pending:
            found = re.match(r"(?:struct|class|enum class)\s+(\w+)|.*?(\w+)\(", stripped)
            if found:
                yield found.group(1) or found.group(2), " ".join(pending)
            pending = []


def main(out, headers):
    seen = {}
    for header in headers:
        with open(header, encoding="utf-8") as file:
            for name, comment in comments(file.read()):
                seen.setdefault(name, comment)
    with open(out, "w", encoding="utf-8") as file:
        file.write("#pragma once\n\nnamespace doc {\n")
        for name, comment in sorted(seen.items()):
            file.write(f'inline constexpr const char* {name} = R"doc({comment})doc";\n')
        file.write("}  // namespace doc\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
