import { crc32c } from './crc32c';

describe('the checksum of record batches', () => {
  // RFC 3720, B.4.
  it.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)), 0x46dd794e],
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(0), 0],
  ])('of %j is known', (bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum);
  });
});
