"""Forms look the same everywhere: `{{ form }}` and `{{ form.name.as_field_group }}` are enough.

`FORM_RENDERER` names the class below. The templates are in `templates/django/forms/`.
"""

from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# Asked in this order; a widget that is none of these (hidden, or a group of others) gets no class.
CLASSES = [
    (widgets.HiddenInput, ""),
    ((widgets.CheckboxInput, widgets.RadioSelect), "form-check-input"),
    (widgets.Select, "form-select"),
    ((widgets.Input, widgets.Textarea, widgets.MultiWidget), "form-control"),
]


class StyledBoundField(BoundField):
    """A field whose widget carries Bootstrap's class beside its own."""

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        style = next((name for kinds, name in CLASSES if isinstance(widget, kinds)), "")
        if style:
            attrs["class"] = f"{style} {widget.attrs.get('class', '')}".rstrip()
        return attrs


class FormRenderer(TemplatesSetting):
    bound_field_class = StyledBoundField
