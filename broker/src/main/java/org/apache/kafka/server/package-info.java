/** Access to what Kafka's fetch sessions keep to their own package. */
package org.apache.kafka.server;
