/** A piece of work before it has an agent. Files are paths, relative to the root. */
export type WorkItem = {
  readonly id: string;
  readonly files: readonly string[];
  /** Files that it builds on and does not change. */
  readonly reads: readonly string[];
  /** Whether other work waits for it. */
  readonly isCritical: boolean;
};

/** What one agent gets. */
export type WorkShare = { readonly items: readonly string[]; readonly files: readonly string[] };

/** Work spread over agents: `contracts` come first, `deferred` belongs to a later wave, `notes` say why. */
export type Distribution = {
  readonly shares: readonly WorkShare[];
  readonly contracts: readonly string[];
  readonly deferred: readonly string[];
  readonly notes: readonly string[];
};

type Share = { items: string[]; files: Set<string>; isCritical: boolean };

/**
 * Spreads work over at most `cap` agents so that no two may change the same file (`docs/spec/planning.md`):
 * work on one file goes together or waits, small work that shares a folder is joined before the cap is broken,
 * never across top-level folders, and what still does not fit is deferred. Never invents work.
 */
export function distributeWork(items: readonly WorkItem[], cap: number): Distribution {
  const notes: string[] = [];
  const contracts = contractFiles(items);
  for (const file of contracts) notes.push(`${file} is shared: it is settled first, by one agent`);
  const deferred: string[] = [];
  const shares: Share[] = [];
  for (const item of items) {
    const files = new Set(item.files.filter((file) => !contracts.includes(file)));
    if (files.size === 0 && item.files.length > 0) {
      notes.push(`${item.id} is the contract work itself`);
      continue;
    }
    placeItem({ ...item, files: [...files] }, { shares, deferred, notes });
  }
  joinToCap(shares, { cap, notes, deferred });
  return {
    shares: shares.map((share) => ({ items: share.items, files: [...share.files].toSorted() })),
    contracts,
    deferred,
    notes,
  };
}

function placeItem(
  item: WorkItem,
  {
    shares,
    deferred,
    notes,
  }: { readonly shares: Share[]; readonly deferred: string[]; readonly notes: string[] },
): void {
  const meeting = shares.filter((share) => item.files.some((file) => share.files.has(file)));
  const [first, ...others] = meeting;
  if (first === undefined) {
    shares.push({ items: [item.id], files: new Set(item.files), isCritical: item.isCritical });
    return;
  }
  const common = item.files.filter((file) => meeting.some((share) => share.files.has(file))).length;
  const isMostly = common * 2 > item.files.length;
  if (!isMostly && !item.isCritical) {
    deferred.push(item.id);
    notes.push(`${item.id} waits: it shares files with ${first.items.join(", ")} and nothing waits for it`);
    return;
  }
  if (!isMostly) notes.push(`risk: ${item.id} shares files with ${first.items.join(", ")} and cannot wait`);
  for (const other of others) {
    first.items.push(...other.items);
    for (const file of other.files) first.files.add(file);
    shares.splice(shares.indexOf(other), 1);
  }
  first.items.push(item.id);
  first.isCritical ||= item.isCritical;
  for (const file of item.files) first.files.add(file);
}

function joinToCap(
  shares: Share[],
  { cap, notes, deferred }: { readonly cap: number; readonly notes: string[]; readonly deferred: string[] },
): void {
  while (shares.length > cap) {
    const bySize = shares.toSorted((left, right) => left.files.size - right.files.size);
    const pair = bySize.flatMap((small, at) =>
      bySize.slice(at + 1).flatMap((other) => (shareFolder(small, other) ? [[small, other] as const] : [])),
    )[0];
    if (pair !== undefined) {
      const [small, other] = pair;
      other.items.push(...small.items);
      for (const file of small.files) other.files.add(file);
      other.isCritical ||= small.isCritical;
      shares.splice(shares.indexOf(small), 1);
      continue;
    }
    const last = shares.findLast((share) => !share.isCritical) ?? shares.at(-1);
    if (last === undefined) return;
    shares.splice(shares.indexOf(last), 1);
    deferred.push(...last.items);
    notes.push(`${last.items.join(", ")} waits: the wave holds ${cap} agents`);
  }
}

function shareFolder(left: Share, right: Share): boolean {
  const folders = new Set([...left.files].map(folderOf));
  return [...right.files].some((file) => folders.has(folderOf(file)));
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : file;
}

const CONTRACT =
  /(?:^|[/._-])(?:types?|schemas?|constants?|contracts?|interfaces?|openapi)(?=[/._-]|$)|(?:^|\/)api\.[a-z]+$|\.(?:d\.ts|proto|graphql)$/i;
const TEST = /\.(?:test|spec)\.[a-z]+$/i;

/** Contract files that several pieces of work change, or read while none changes them alone. */
export function contractFiles(items: readonly Pick<WorkItem, "files" | "reads">[]): readonly string[] {
  const all = [...new Set(items.flatMap(({ files, reads }) => [...files, ...reads]))];
  return all
    .filter((file) => CONTRACT.test(file) && !TEST.test(file))
    .filter((file) => {
      const writers = items.filter(({ files }) => files.includes(file)).length;
      const users = items.filter(({ files, reads }) => files.includes(file) || reads.includes(file)).length;
      return writers > 1 || (writers === 0 && users > 1);
    })
    .toSorted();
}
