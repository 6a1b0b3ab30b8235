/**
 * Validation of a produced batch: its bounds, checksum, records and timestamps, as Kafka's broker
 * checks them.
 *
 * <p>Start at {@link io.oxbow.broker.validation.RecordValidation}. The records of a plain batch are
 * read in place ({@code PlainRecords}), those of a compressed one as decompression yields them
 * ({@code RecordScan}), on {@link io.oxbow.broker.processor.ProcessorThreads} and never on an event
 * loop.
 */
@NullMarked
package io.oxbow.broker.validation;

import org.jspecify.annotations.NullMarked;
