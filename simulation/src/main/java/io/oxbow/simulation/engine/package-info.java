/**
 * Simulates the whole engine: several nodes over one bucket, under faults of every kind. Each has
 * its metadata log, its write-ahead log on a disk of its own and its streams.
 *
 * <p>Start with {@link io.oxbow.simulation.engine.EngineScenario}. {@code Cluster} holds the parts
 * of a run, {@code Life} is one process of a node, {@code Client} drives streams, {@code Troubles}
 * causes faults.
 *
 * <p>Invariants, by the numbers of the design's list, and the classes that check them:
 *
 * <ul>
 *   <li>1 an acked put is the first creation of its slot: {@code AnswerLedger}, at each answer
 *   <li>2 a leader's TAKEOVER is on the chain, 5 the chain is valid, 6 epochs never fall, 7 deletes
 *       only at or below a snapshot, no TAKEOVER, never the highest: {@link
 *       io.oxbow.simulation.world.SlotHistory}, at each create and delete
 *   <li>3 a leader's state is the canonical prefix, 13 equal hashes at a slot on all nodes: {@code
 *       ImageAgreement}, between any two steps
 *   <li>4 what failed never becomes committed: {@code AnswerLedger}, at each slot
 *   <li>8 one owner per stream epoch, epochs grow, 12 a fenced node's own commit is refused: {@code
 *       OwnershipModel}, at each slot
 *   <li>9 extents are contiguous, 10 what is referenced exists and what is deleted is unreferenced:
 *       {@code ExtentAudit}, at each slot and each delete
 *   <li>11 nothing acked is lost: {@link io.oxbow.simulation.history.StreamHistory}, at each
 *       opening and ack, and {@code RecoveryAudit} when a recovery is complete
 *   <li>14 recovery is idempotent: it is interrupted and begun again everywhere; a record that came
 *       twice would be a second value at its offsets or a gap
 * </ul>
 */
@NullMarked
package io.oxbow.simulation.engine;

import org.jspecify.annotations.NullMarked;
