"""Makes the catalog that the window and `heddle demo` read: the demonstrations by theme, each with its lesson.

usage: lessons.py SOURCE_FOLDER PICTURES_FOLDER OUTPUT

SOURCE_FOLDER holds catalog.json, themes.json and the programs. A lesson is the comment on top of its program without the first line (its
title) and what follows `expect:`. Themes come in the order of themes.json, then those that it does not name. Beside OUTPUT a link `gallery` leads
to the pictures, so that they are found while nothing is installed.
"""
import json
import os
import re
import sys

HEAD = re.compile(r"(What to \w+(?: \w+)?): +")


def comment_lines(path):
    """The lines of the comment on top, without its marks."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text.startswith("/*") or "*/" not in text:
        raise SystemExit(f"{path}: it does not begin with a comment, its lesson")
    comment = text[2:text.index("*/")]
    return [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.splitlines()]


def lesson(path):
    """The paragraphs, each {head, text}; head None: it has none. What to look at, what to try begin one wherever they begin a sentence."""
    lines = [line for line in comment_lines(path) if not line.startswith("expect:")]
    paragraphs = []
    for block in re.split(r"\n\s*\n", "\n".join(lines[1:])):
        words = " ".join(block.split())
        parts = re.split(rf"(?:^|(?<=[.!?] )){HEAD.pattern}", words)
        if parts[0].strip():
            paragraphs.append({"head": None, "text": parts[0].strip()})
        for head, text in zip(parts[1::2], parts[2::2]):
            is_name = "_" in text.split(maxsplit=1)[0] if text.strip() else False  # of something in the program
            paragraphs.append({"head": head, "text": (text if is_name else text[:1].upper() + text[1:]).strip()})
    return paragraphs


def by_theme(demos, themes):
    known = [theme["name"] for theme in themes]
    for demo in demos:
        if demo["theme"] not in known:
            known.append(demo["theme"])
            themes.append({"name": demo["theme"], "title": demo["theme"].capitalize()})
    return [{**theme, "demos": [demo for demo in demos if demo["theme"] == theme["name"]]} for theme in themes]


def read(folder):
    """The whole catalog, as it is written."""
    with open(os.path.join(folder, "catalog.json"), encoding="utf-8") as file:
        demos = json.load(file)
    with open(os.path.join(folder, "themes.json"), encoding="utf-8") as file:
        themes = json.load(file)
    for demo in demos:
        demo["lesson"] = lesson(os.path.join(folder, demo["name"] + ".c"))
    return {"themes": [theme for theme in by_theme(demos, themes) if theme["demos"]]}


def main(folder, pictures, output):
    with open(output, "w", encoding="utf-8") as file:
        json.dump(read(folder), file, ensure_ascii=False, indent=1)
    link = os.path.join(os.path.dirname(os.path.abspath(output)), "gallery")
    if not os.path.lexists(link):
        os.symlink(os.path.abspath(pictures), link)


if __name__ == "__main__":
    main(*sys.argv[1:])
