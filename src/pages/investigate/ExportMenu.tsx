import { useState } from 'react';
import { t, Trans } from '@grafana/i18n';
import { Button, Dropdown, Menu } from '@grafana/ui';
import type { Case } from '../../api/case.gen';
import { failureOf, type Failure } from '../../api/failure';
import { writeReport } from '../../api/report';
import { saveFile } from '../../format/saveFile';

interface Props {
  document: Case | undefined;
  dataSourceUid: string;
}

/** Saves the case as a file: the whole document, or as Markdown for a person to read. */
export function ExportMenu({ document, dataSourceUid }: Props) {
  const [failure, setFailure] = useState<Failure>();
  const saveMarkdown = async (subject: Case) => {
    try {
      setFailure(undefined);
      saveFile(nameOf(subject, 'md'), 'text/markdown', await writeReport(dataSourceUid, subject));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const menu = document && (
    <Menu>
      <Menu.Item
        label={t('investigate.export.markdown', 'Markdown')}
        icon="file-alt"
        onClick={() => void saveMarkdown(document)}
      />
      <Menu.Item
        label={t('investigate.export.json', 'JSON')}
        icon="brackets-curly"
        onClick={() => saveFile(nameOf(document, 'json'), 'application/json', JSON.stringify(document, undefined, 2))}
      />
    </Menu>
  );
  return (
    <>
      <Dropdown overlay={menu ?? <></>} placement="bottom-end">
        <Button variant="secondary" size="sm" icon="download-alt" disabled={!document}>
          <Trans i18nKey="investigate.export.text">Export</Trans>
        </Button>
      </Dropdown>
      {failure && <span role="alert">{[failure.sentence, failure.advice].filter(Boolean).join(' ')}</span>}
    </>
  );
}

// What a file system may not take is left out of the name.
function nameOf({ subject, window }: Case, ending: string): string {
  const service = subject.service.replace(/[^\w.-]+/g, '_');
  return `${service}-${window.to.replace(/[:.]/g, '')}.${ending}`;
}
