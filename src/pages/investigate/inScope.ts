import type { Scope } from '../../api/case.gen';

/** A scope in words, such as "namespace prod, cluster eu-1"; empty where nothing is given. */
export function inScope({ namespace, environment, cluster }: Scope): string {
  return Object.entries({ namespace, environment, cluster })
    .filter(([, value]) => value)
    .map(([part, value]) => `${part} ${value}`)
    .join(', ');
}
