"""All that is published as one Data Package: a CSV for each table, and what they are.

Raw, for programs: codes instead of labels, columns as the tables have them. The same
revision gives the same bytes.
"""
