import { describe, expect, it } from '@jest/globals';
import { foldersOutside, requireReachable } from '../../src/install/own-folders.ts';
import { unitText } from '../../src/install/unit.ts';

describe('folders that variables name', () => {
  it('are those outside the data folder, which the service may write', () => {
    const folders = foldersOutside({
      SHIPMATE_LOG_FILE: '/var/log/shipmate/shipmate.log',
      SHIPMATE_SELF_BACKUP_FOLDER: '/mnt/second disk/100%',
      SHIPMATE_LOCAL_REPOSITORIES: '/srv/git',
    });
    expect(folders).toEqual({
      SHIPMATE_LOG_FILE: '/var/log/shipmate',
      SHIPMATE_SELF_BACKUP_FOLDER: '/mnt/second disk/100%',
    });
    const unit = unitText({ node: '/usr/bin/node', stopMs: 35_000, folders: Object.values(folders) });
    expect(unit).toContain(
      '\nReadWritePaths=/var/lib/shipmate/data /var/log/shipmate "/mnt/second disk/100%%"\nProtectHome=yes\n',
    );
  });

  it('are none where all is in the data folder', () => {
    const inside = { SHIPMATE_LOG_FILE: '/var/lib/shipmate/data/shipmate.log', SHIPMATE_SELF_BACKUP_FOLDER: 'own' };
    expect(foldersOutside(inside)).toEqual({});
    expect(foldersOutside({ SHIPMATE_LOG_FILE: '' })).toEqual({});
  });

  it.each(['/home/ada/backups', '/root/backups', '/tmp/backups', '/var/tmp', '/'])('may not be %s', (folder) => {
    expect(() => requireReachable({ SHIPMATE_SELF_BACKUP_FOLDER: folder })).toThrow(
      `SHIPMATE_SELF_BACKUP_FOLDER leads to ${folder}, which the service cannot use`,
    );
  });

  it('may be elsewhere', () => {
    expect(() => requireReachable({ SHIPMATE_SELF_BACKUP_FOLDER: '/mnt/backups' })).not.toThrow();
  });
});
