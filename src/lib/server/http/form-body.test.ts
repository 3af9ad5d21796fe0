import { describe, expect, it } from 'vitest';
import { boundForm } from './form-body.ts';

const MB = 1024 * 1024;
const URL_OF_FORM = 'http://127.0.0.1:3000/login';

function endless() {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(MB).fill(0x61));
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, duplex: 'half' } as const;
  return { request: new Request(URL_OF_FORM, init), pulled: () => pulled };
}

describe('a form', () => {
  it('of ten gigabytes is stopped at the first megabytes, also where it announces nothing', async () => {
    const { request, pulled } = endless();
    expect(await boundForm(request, '/(auth)/login')).toEqual({ ok: false, reason: 'too_large', mb: 2 });
    expect(pulled()).toBe(3);
    const file = endless();
    expect(await boundForm(file.request, '/(app)/eligibility/load')).toMatchObject({
      reason: 'too_large',
      mb: 32,
    });
    expect(file.pulled()).toBe(34);
  });

  it('that announces too much is not read at all', async () => {
    const { request, pulled } = endless();
    const headers = { 'content-length': String(10 * 1024 * MB) };
    expect(await boundForm(new Request(request, { headers }), '/(auth)/login')).toMatchObject({
      reason: 'too_large',
    });
    expect(pulled()).toBeLessThanOrEqual(1);
  });

  it('that breaks off is nobody else’s failure', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('aborted')),
    });
    const init = { method: 'POST', body, duplex: 'half' } as const;
    expect(await boundForm(new Request(URL_OF_FORM, init), '/(auth)/login')).toMatchObject({
      reason: 'broken',
    });
  });

  it('within its limit is read as it was sent', async () => {
    const form = new FormData();
    form.set('email', '李@example.org');
    form.set('file', new File(['a,b'], '五月.csv', { type: 'text/csv' }));
    const bound = await boundForm(new Request(URL_OF_FORM, { method: 'POST', body: form }), '/(auth)/login');
    const read = bound.ok ? await bound.request.formData() : new FormData();
    expect(read.get('email')).toBe('李@example.org');
    const file = read.get('file');
    expect(file instanceof File && [file.name, await file.text()]).toEqual(['五月.csv', 'a,b']);
  });
});
