/** Words of attachments as others write them. */
import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/clinical/plain-text.ts';

const attachment = (data: string, contentType = 'text/plain; charset=utf-8') => ({ contentType, data });

describe('the words of an attachment', () => {
  test('are read where base64 stands in lines, as R4 lets it', () => {
    expect(plainText(attachment('V2hlZXpl\r\n IGlzIGJl\n dHRlci4='))).toBe('Wheeze is better.');
  });

  test('are shown with a mark where a byte is none of UTF-8, and not kept back', () => {
    expect(plainText(attachment(Buffer.from('37.5 °C', 'latin1').toString('base64')))).toBe('37.5 \ufffdC');
  });

  test('are none of what is no plain text or no base64', () => {
    expect(plainText(attachment('PHA+', 'text/html'))).toBeUndefined();
    expect(plainText(attachment('a*c='))).toBeUndefined();
    expect(plainText({ contentType: 'text/plain' })).toBeUndefined();
  });
});
