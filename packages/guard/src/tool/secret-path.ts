import type { GuardPolicy } from "../policy.ts";
import { matchesShellPattern } from "../shell/pattern.ts";

const HOME_SECRETS =
  /^\.(?:ssh|aws|azure|gnupg|kube|docker|netrc|npmrc|pypirc|git-credentials|config\/(?:gh|gcloud|hub|op|git\/credentials|github-copilot)|password-store|pgpass|my\.cnf|cargo\/credentials|gem\/credentials|terraform\.d|vault-token|claude\/\.credentials|claude\.json|codex\/auth|gemini\/oauth|local\/share\/keyrings|mozilla|bash_history|zsh_history)/i;
const SYSTEM_SECRETS =
  /^\/(?:etc\/(?:shadow|gshadow|sudoers|ssl\/private|ssh\/ssh_host)|proc\/(?!self\/(?:status|stat|maps|mountinfo|mounts)$)[^/]+\/(?:environ|mem|cmdline|maps|root|cwd|fd)|run\/secrets|var\/run\/(?:docker\.sock|secrets)|root\/\.ssh|dev\/(?:mem|kmem))/;
const SAMPLE = /\.(?:example|sample|template|dist|defaults?|schema|md|test|ci)$/i;
const SECRET_NAME =
  /^(?:\.env(?:\..+)?|\.envrc\.local|\.netrc|\.git-credentials|\.pgpass|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)|credentials\.json|service-account.*\.json|.*\.(?:p12|pfx|keystore|jks)|.*(?:private|server|secret).*\.(?:pem|key))$/i;

/**
 * Says what credentials an absolute, normalised path holds, or `undefined` where it holds none by its name.
 *
 * `*` stands for itself, so that a pattern which would match a credential file is found by its fixed parts.
 */
export function secretPath(path: string, policy: Pick<GuardPolicy, "home">): string | undefined {
  const homes = [policy.home, "/root", "~"];
  for (const home of homes) {
    if (path.startsWith(`${home}/`) && HOME_SECRETS.test(path.slice(home.length + 1)))
      return `${path} holds credentials of the person`;
  }
  if (/^\/home\/[^/]+\/\./.test(path) && HOME_SECRETS.test(path.replace(/^\/home\/[^/]+\//, "")))
    return `${path} holds credentials of a person`;
  if (SYSTEM_SECRETS.test(path)) return `${path} holds secrets of the system or of another process`;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (SECRET_NAME.test(name) && !SAMPLE.test(name)) return `${path} is a file for credentials`;
  return undefined;
}

const WELL_KNOWN = [
  ".env",
  ".env.local",
  ".env.production",
  ".netrc",
  ".npmrc",
  "id_rsa",
  "id_ed25519",
  "server.key",
  "private.pem",
];

/** A name for credentials that a shell pattern is meant for; patterns that begin with a wildcard mean many files. */
export function secretMatching(pattern: string): string | undefined {
  if (/^[*?]/.test(pattern) && !/^\*\.(?:pem|key|p12|pfx)$/.test(pattern)) return undefined;
  return WELL_KNOWN.find((name) => matchesShellPattern(pattern, name));
}
