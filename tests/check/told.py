"""What tests of the check room compare of problems."""


def place(problem):
    """Everything that says where a problem stands."""
    return problem.rule, problem.file, problem.line, problem.key, problem.column, problem.value


def told(problems):
    """Rule and line of each problem, by line."""
    return sorted(((problem.rule, problem.line) for problem in problems), key=lambda item: (item[1], item[0]))
