//! The norm and the estimate, through the same doors as everybody else: the files, and JSON in and out.

#[cfg(test)]
mod calculation;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod files;
#[cfg(test)]
mod first;
#[cfg(test)]
mod practice;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod requests;
#[cfg(test)]
#[cfg(feature = "schema")]
mod schema;
#[cfg(test)]
mod sections;
#[cfg(test)]
mod support;
#[cfg(test)]
mod worked_examples;
