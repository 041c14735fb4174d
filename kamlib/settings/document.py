"""The page of all settings, as Markdown: ``python -m kamlib.settings.document`` prints it."""

from textwrap import dedent

from kamlib.settings.load import Settings, setting_text

HEAD = dedent(
    """\
    # Settings

    Every threshold of the workbook, with its default, its unit and where the default comes from.
    A line in a `settings.toml` beside your `dataset.toml` changes one for good
    (`abc.cuts = [0.7, 0.9]`), `--set abc.cuts=0.7,0.9` for one run; a value out of bounds is
    refused with the bounds. Every pack says on its page *Data and words* which differ from the
    defaults.

    This page is made from the settings themselves (`make docs`)."""
)


def document() -> str:
    """The page as Markdown, a table per group."""
    parts = [HEAD]
    for group, field in Settings.model_fields.items():
        kind = field.annotation
        about = (kind.__doc__ or "").partition("\n")[0]
        rows = [
            f"| `{group}.{name}` | {_cell(setting_text(one.default)) or '–'} | "
            f"{_cell(str(one.title or ''))} | {_cell(str(one.description or ''))} |"
            for name, one in kind.model_fields.items()
        ]
        head = "| setting | default | unit | where it comes from |\n|---|---|---|---|"
        parts.append("\n".join([f"## {group}", "", about, "", head, *rows]))
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    print(document(), end="")
