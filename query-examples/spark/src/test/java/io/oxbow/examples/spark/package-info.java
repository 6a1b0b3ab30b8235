/** Stock Spark on Oxbow's tables. */
package io.oxbow.examples.spark;
