def parse(t): return t
