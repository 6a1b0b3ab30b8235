/**
 * Transactions: a coordinator on {@code __transaction_state}, in Kafka's record formats.
 *
 * <p>{@link io.oxbow.broker.transaction.TransactionService} puts the parts together and is where to
 * start. {@code TransactionStates} is the state machine, {@code TransactionPartition} appends what
 * it decides and loads it again, {@code MarkerSender} brings decisions to the partitions.
 *
 * <p><b>Invariants.</b> A change of a transactional id is made when its record is durable, and an
 * id takes one change at a time. A decision is durable before the first marker is written, and the
 * markers are before the id's next transaction. A partition of the log that may have taken a record
 * whose outcome isn't known is loaded anew.
 *
 * <p><b>Threading.</b> Requests run on virtual threads and block until what they change is durable;
 * each decided transaction's markers are written by a virtual thread of their own.
 */
@NullMarked
package io.oxbow.broker.transaction;

import org.jspecify.annotations.NullMarked;
