"""How people look at, overrule and measure what the rules found: explain, review, agreement, evaluation."""
