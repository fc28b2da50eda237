"""Who judges what is learned: the user's own Claude, a local Ollama, in the settings' order; rules where nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.flows.learn import Judge
    from memsync.store.parts import Parts


def judges_of(room: Parts, *, environ: Mapping[str, str]) -> list[Judge]:
    """Return the judges that the settings name before `rules`; who is named after it is not asked."""
    from memsync.core.learn.ask import SYSTEM
    from memsync.edges.claude_judge import ClaudeJudge
    from memsync.edges.ollama import Ollama

    settings = room.settings
    judges: list[Judge] = []
    for word in settings.learn_judges:
        match word:
            case "claude":
                folder = room.state_dir / "judge"
                judges.append(ClaudeJudge(folder, model=settings.learn_model, system=SYSTEM, environ=environ))
            case "ollama":
                judges.append(Ollama(settings.ollama_url, model=settings.ollama_model, system=SYSTEM))
            case "rules":
                break
    return judges
