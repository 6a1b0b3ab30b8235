/** Compares this broker's answers with those of a stock Apache Kafka, over generated inputs. */
@NullMarked
package io.oxbow.broker.differential;

import org.jspecify.annotations.NullMarked;
