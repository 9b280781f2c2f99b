"""An import in words."""

from assistant.tui.papers import counted
from store.records import ImportReport

SHOWN = 5
"""Rejected records that are named."""


def imported(report: ImportReport, *, stopped: bool = False) -> tuple[str, str]:
    """What to say of an import, and the kind of remark it is."""
    parts = [
        f"{counted(report.added, 'paper')} added",
        f"{report.updated:,} updated" if report.updated else "",
        f"{report.unchanged:,} unchanged" if report.unchanged else "",
        f"{counted(report.duplicates, 'duplicate')} merged" if report.duplicates else "",
        f"{report.rejected and len(report.rejected):,} rejected" if report.rejected else "",
    ]
    lines = [", ".join(part for part in parts if part) + "."]
    lines += [f"  {row.file}, {row.where}: {row.reason}" for row in report.rejected[:SHOWN]]
    if len(report.rejected) > SHOWN:
        lines.append(f"  and {len(report.rejected) - SHOWN:,} more (`assistant add --json` lists all)")
    if stopped:
        lines.append("Stopped: what was read is kept. Do the same again for the rest.")
    nothing_read = report.rejected and not (report.added or report.updated or report.unchanged or report.duplicates)
    kind = "error" if nothing_read else "" if stopped else "good"
    return "\n".join(lines), kind
