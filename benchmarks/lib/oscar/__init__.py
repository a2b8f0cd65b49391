"""A shop of django-oscar as its own documentation sets one up, run in an environment that has it. Nothing of
ours imports this.
"""
