//! The use cases of the norm. No database: the tables are built in and nothing of the question is kept.

use super::tables::Norms;
use app::norm::port::NormPort;
use domain::{
    Actor, Fault,
    norm::{Estimate, EstimateRequest, LocalPractice, NormTables, NormView},
};
use std::sync::Arc;

#[derive(Clone)]
pub struct NormService {
    norms: Arc<Norms>,
    practice: LocalPractice,
}

impl NormService {
    pub fn new(norms: Norms) -> Self {
        Self { norms: Arc::new(norms), practice: LocalPractice::default() }
    }
}

impl NormPort for NormService {
    fn estimate(&self, _: &Actor, request: &EstimateRequest) -> Result<Estimate, Fault> {
        request.estimate(&self.norms.tables, &self.practice).map_err(Fault::Invalid)
    }

    fn norm(&self, _: &Actor, year: i16) -> Result<NormView, Fault> {
        self.norms.views.iter().find(|view| view.year == year).cloned().ok_or(Fault::NotFound)
    }

    fn tables(&self, _: &Actor, first: i16, last: i16) -> NormTables {
        self.norms.tables.between(first, last)
    }
}
