import type { Evidence } from '../api/case.gen';
import { ChangeTable } from './ChangeTable';
import { CommandList } from './CommandList';
import { DependencyTable } from './DependencyTable';
import { LogLines } from './LogLines';
import { PatternTable } from './PatternTable';
import { ShapeTable } from './ShapeTable';
import { TraitTable } from './TraitTable';
import { Waterfall } from './waterfall/Waterfall';

/** What a finding shows below its numbers, as far as it has it. */
export function EvidenceList({ evidence }: { evidence: Evidence }) {
  const { changes, commands, dependencies, lines, patterns, shapes, trace, traits } = evidence;
  return (
    <>
      {dependencies && <DependencyTable rows={dependencies} />}
      {trace && <Waterfall trace={trace} />}
      {shapes && <ShapeTable shapes={shapes} />}
      {traits && <TraitTable traits={traits} />}
      {patterns && <PatternTable patterns={patterns} />}
      {lines && <LogLines lines={lines} />}
      {changes && <ChangeTable changes={changes} />}
      {commands && <CommandList commands={commands} />}
    </>
  );
}
