"""The two colour themes: quiet paper and quiet night; one colour for what can be opened, one for quotes."""

from textual.theme import Theme

DARK = Theme(
    name="literature-dark",
    primary="#86aed1",
    secondary="#9db893",
    accent="#d3b27a",
    warning="#d9ae6c",
    error="#dd8378",
    success="#9db893",
    foreground="#d5d9e0",
    background="#14161b",
    surface="#191c22",
    panel="#22262e",
    dark=True,
    variables={
        "text-primary": "#86aed1",
        "text-secondary": "#9db893",
        "text-accent": "#d3b27a",
        "text-warning": "#d9ae6c",
        "text-error": "#dd8378",
        "text-success": "#9db893",
        "secondary-muted": "#2c3829",
    },
)

LIGHT = Theme(
    name="literature-light",
    primary="#22608f",
    secondary="#426b3d",
    accent="#8a5a0f",
    warning="#8a5a0f",
    error="#a8352c",
    success="#426b3d",
    foreground="#24272d",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e8e5dd",
    dark=False,
    variables={
        "text-primary": "#22608f",
        "text-secondary": "#426b3d",
        "text-accent": "#8a5a0f",
        "text-warning": "#8a5a0f",
        "text-error": "#a8352c",
        "text-success": "#426b3d",
        "secondary-muted": "#dde8d6",
    },
)

OTHER = {DARK.name: LIGHT.name, LIGHT.name: DARK.name}
"""The theme that /theme changes to."""
