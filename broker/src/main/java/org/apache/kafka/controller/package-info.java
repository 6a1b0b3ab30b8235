/** Access to parts of Kafka's controller that are private to its package. */
package org.apache.kafka.controller;
