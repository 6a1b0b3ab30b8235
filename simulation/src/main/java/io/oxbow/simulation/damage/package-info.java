/**
 * Simulates one node whose bucket and disk damage what they hold: data objects, the write-ahead
 * log, the metadata log.
 *
 * <p>Start with {@link io.oxbow.simulation.damage.DamageScenario}. {@code NodeLife} is one process
 * of the node, {@code Workload} appends and reads, {@code StreamRecords} is what each stream must
 * show. {@code DamagedObjects} and {@code DamagedWal} do the damage, and know by the documented
 * formats what it may cost: records are looked for in the damaged bytes, not asked of the engine.
 */
@NullMarked
package io.oxbow.simulation.damage;

import org.jspecify.annotations.NullMarked;
