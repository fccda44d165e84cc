from django.db import migrations

from jianxi.history import acting

REASONS = {
    '政策或口径变化': 'policy',
    '季节性变化': 'season',
    '集中到岗、结束或招聘': 'event',
    '补录以前的记录': 'late_entry',
    '单位增减、划转或合并': 'unit',
    '其他': 'other',
}


def keep_with_versions(apps, schema_editor):
    """Explanations of versions, so far a text by rule, get their reason and what was decided."""
    versions = apps.get_model('reporting', 'Version')._base_manager.exclude(explanations={})
    explanations = apps.get_model('reporting', 'Explanation')._base_manager
    if not versions.exists():
        return
    with acting('load_regions', '说明随版本保存'):
        for version in versions.order_by('pk'):
            rows = explanations.filter(report=version.report_id).select_related('decided_by')
            live = {row.rule: row for row in rows}
            version.explanations = {
                rule: told if isinstance(told, dict) else _kept(told, live.get(rule))
                for rule, told in version.explanations.items()
            }
            version.save(update_fields=['explanations'])


def _kept(told, row):
    label, _, text = told.partition('：')
    reason = REASONS.get(label)
    kept = {'reason': reason or 'other', 'text': text if reason else told, 'state': 'given', 'by': '', 'note': ''}
    if row and (row.reason, row.text) == (kept['reason'], kept['text']):
        by = row.decided_by.name if row.decided_by else ''
        kept |= {'state': row.state, 'by': by, 'note': row.decided_note}
    return kept


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0002_withdrawn'),
    ]

    operations = [
        migrations.RunPython(keep_with_versions, migrations.RunPython.noop),
    ]
