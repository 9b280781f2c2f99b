"""Nothing leaves the machine: the switches of every library that would, set when this module is imported.

A module that imports such a library imports this one first. onnxruntime 1.29 and later report
every session to their maker unless told not to before they are loaded.
"""

import os

SWITCHES = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}

os.environ.update(SWITCHES)
