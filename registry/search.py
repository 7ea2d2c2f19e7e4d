"""Search by substring: complete, in any script, over the columns that a model names."""

from django.db.models import Exists, OuterRef, Q, QuerySet


def matching(queryset: QuerySet, words: str, paths: list[str]) -> QuerySet:
    """Rows in which every word stands in one of the columns.

    A path through a related table (``citations__as_written``) asks whether some row of
    it has the word, without joining it.
    """
    for word in words.split():
        condition = Q()
        for path in paths:
            relation, _sep, column = path.partition("__")
            if not column:
                condition |= Q(**{f"{path}__icontains": word})
                continue
            field = queryset.model._meta.get_field(relation)
            related = field.related_model._base_manager.filter(
                **{field.field.name: OuterRef("pk"), f"{column}__icontains": word}
            )
            condition |= Q(Exists(related))
        queryset = queryset.filter(condition)
    return queryset
