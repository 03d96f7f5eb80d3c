"""The lab's own tests: `python -m pytest lab/tests` from `end2end/`."""
