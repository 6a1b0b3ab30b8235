/**
 * Kafka batches taken apart. An append of a stream holds one or more v2 batches as the producer
 * sent them; {@link io.oxbow.tableflow.record.BatchDecoder} walks their records. Not thread-safe:
 * one decoder per round.
 */
@NullMarked
package io.oxbow.tableflow.record;

import org.jspecify.annotations.NullMarked;
