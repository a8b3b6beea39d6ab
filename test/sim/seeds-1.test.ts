/** A quarter of the seeds of the normal checks (seeds.ts). */
import { runShare } from './seeds.ts';

runShare(1);
