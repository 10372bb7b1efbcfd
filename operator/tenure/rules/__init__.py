"""The rules, as pure functions of their arguments: one rule family per module, cited by R-number."""
