"""Search by substring: complete, in any script, over the columns that a model names."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import visible

MOST_WORDS = 10


def matching(queryset: QuerySet, words: str, paths: list[str]) -> QuerySet:
    """Rows in which every word stands in one of the columns.

    A path through a related table (``citations__as_written``) asks whether some row of
    it that is visible has the word, without joining it.
    """
    for word in dict.fromkeys(words.split()):
        condition = Q()
        for path in paths:
            relation, _sep, column = path.partition("__")
            field = queryset.model._meta.get_field(relation)
            if field.concrete:
                condition |= Q(**{f"{path}__icontains": word})
                continue
            related = field.related_model._base_manager.filter(
                visible(field.related_model),
                **{field.field.name: OuterRef("pk"), f"{column}__icontains": word},
            )
            condition |= Q(Exists(related))
        queryset = queryset.filter(condition)
    return queryset
