/** The real transport, with every frame written down on its way to libp2p. */
import { createLibp2pTransport as createReal } from '../../../../src/net/libp2p-transport.ts';
import { noteFrame } from './tap.ts';

export const createLibp2pTransport: typeof createReal = (init) => createReal({ ...init, framesTap: noteFrame });
