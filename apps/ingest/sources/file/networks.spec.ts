import { isNetwork, makeNetworkCheck } from './networks';

describe('networks', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::ffff:10.0.0.1'])('may be %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each(['', '10.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', 'host', '10.0.0.0/-1', '*'])(
    'may not be %j',
    (text) => {
      expect(isNetwork(text)).toBe(false);
    },
  );

  it('allow the addresses in them, however they are written', () => {
    const allows = makeNetworkCheck(['10.0.0.0/8', '192.168.1.7', '2001:db8::/32']);
    const inside = ['10.255.0.1', '::ffff:10.1.2.3', '192.168.1.7', '2001:db8::5', '2001:db8::5%eth0'];
    const outside = ['11.0.0.1', '192.168.1.8', '::1', '2001:db9::1', '', 'host'];
    expect([inside.map(allows), outside.map(allows)]).toEqual([inside.map(() => true), outside.map(() => false)]);
  });
});
