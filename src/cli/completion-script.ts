import { UsageError } from '../errors.ts';
import { closestName } from '../closest-name.ts';

/** What the scripts call with the line so far, to be printed what may stand at its end, a line each. */
export const completeWord = '__complete';

/**
 * The shell functions know nothing of the commands: each press of the key asks this program, and it asks the server, which
 * completes from the declarations and the names that the person may see.
 */
const scripts: Record<string, string> = {
  // A `:` or `=` ends a word of Bash, so what stands before it is taken off again.
  bash: `# Add to ~/.bashrc: source <(shipmate completion bash)
_shipmate() {
  local line="\${COMP_LINE:0:COMP_POINT}" match
  line="\${line#"\${line%%[![:space:]]*}"}"
  line="\${line#* }"
  local fragment="\${line##* }" word="\${COMP_WORDS[COMP_CWORD]}"
  local before="\${fragment%"$word"}"
  COMPREPLY=()
  while IFS= read -r match; do
    COMPREPLY+=("\${match#"$before"}")
  done < <("\${COMP_WORDS[0]}" ${completeWord} "$line" 2>/dev/null)
}
complete -F _shipmate shipmate`,
  zsh: `#compdef shipmate
# Add to ~/.zshrc, after compinit: source <(shipmate completion zsh)
_shipmate() {
  local -a matches
  matches=("\${(@f)$("\${words[1]}" ${completeWord} "\${(j: :)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- "\${(@)matches:#}"
}
(( $+functions[compdef] )) && compdef _shipmate shipmate`,
  fish: `# Save as ~/.config/fish/completions/shipmate.fish
function __shipmate_complete
  set -l words (commandline --cut-at-cursor --tokenize --current-process)
  set -l program $words[1]
  set -e words[1]
  $program ${completeWord} (string join ' ' -- $words (commandline --current-token --cut-at-cursor)) 2>/dev/null
end
complete --command shipmate --no-files --arguments '(__shipmate_complete)'`,
};

/** @throws {UsageError} for a shell without a script. */
export function completionScript(shell = ''): string {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script !== undefined) return script;
  const meant = closestName(shell, Object.keys(scripts));
  throw new UsageError(
    `There are scripts for bash, zsh and fish.${meant ? ` Did you mean \`shipmate completion ${meant}\`?` : ''} ` +
      'Example: `source <(shipmate completion bash)`.',
  );
}
