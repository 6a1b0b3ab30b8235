/**
 * Work of clients that only the processor pays for, apart from the threads that others wait for.
 *
 * <p>{@link io.oxbow.broker.processor.ProcessorThreads} runs it in the order of the time that each
 * client has used, at a lower priority.
 */
@NullMarked
package io.oxbow.broker.processor;

import org.jspecify.annotations.NullMarked;
