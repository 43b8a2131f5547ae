"""The hostile-mail kit: one .case file per way mail goes wrong. README.md says how a case reads."""
