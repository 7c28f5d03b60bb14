"""Decisions on pages: whether two cases are one need goes in; the cases are merged or kept apart.

Decided once: where nobody asks any longer, nothing changes.
"""

from __future__ import annotations

from monitor import merge
from monitor.callback.demands import UnknownCaseError
from monitor.store import Store
from monitor.types import Decision


def decide(store: Store, decision: Decision) -> bool:
    """Do what was decided; return False where the two cases are not asked about any longer.

    Of merged cases the open one is kept, of two the older one, with an agent of either. Raises
    UnknownCaseError for a case that does not exist.
    """
    pair = {decision.case_id, decision.other_id}
    with store.write():
        for case_id in sorted(pair):
            if not store.cases.exists(case_id):
                raise UnknownCaseError(f"no case {case_id}. See: distress case list")
        suggestions = store.suggestions.open([decision.case_id])
        if not any({one.case_id, one.other_id} == pair for one in suggestions):
            return False
        cases = store.cases.get(sorted(pair))
        kept, other = sorted(cases, key=lambda case: (case.closed, case.id))
        if not decision.are_one:
            merge.keep_apart(store, kept, other, actor=decision.agent)
            return True
        merge.merge_cases(store, kept, other, actor=decision.agent)
        if other.agent and not kept.agent:
            store.cases.assign(kept.id, other.agent, "merged", actor=decision.agent)
        return True
