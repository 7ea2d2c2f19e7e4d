"""Forms of the admin as a browser would post them."""


def fields(context):
    """What a record's form and its inlines hold, as the page gives them."""
    form = context["adminform"].form
    data = {form.add_prefix(n): form[n].value() for n in form.fields}
    for inline in context["inline_admin_formsets"]:
        for part in (inline.formset.management_form, *inline.formset.forms):
            data |= {part.add_prefix(n): part[n].value() for n in part.fields}
    return {name: "" if value is None else value for name, value in data.items()}
