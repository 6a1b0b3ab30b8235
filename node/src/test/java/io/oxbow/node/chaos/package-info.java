/**
 * Faults of machines and networks on a cluster of real processes, from a seed, under clients whose
 * history is checked afterwards.
 */
@NullMarked
package io.oxbow.node.chaos;

import org.jspecify.annotations.NullMarked;
